package dev.pounce.observe.metrics;

import dev.pounce.observe.Distribution;
import dev.pounce.observe.Vitals;

/** A server that says what it is told to. */
record Server(
    Distribution schedulerLag,
    long schedulerStalls,
    long logLinesDropped,
    long collectorFailures,
    long spansDropped)
    implements Vitals {}

/** The {@code pounce} command: flags, configuration files, targets and the banner. */
@NullMarked
package dev.pounce.cli;

import org.jspecify.annotations.NullMarked;

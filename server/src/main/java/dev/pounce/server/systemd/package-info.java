/** What systemd and a service say to each other. */
@NullMarked
package dev.pounce.server.systemd;

import org.jspecify.annotations.NullMarked;

/** Where the application comes from: once, or anew each time the server reloads it. */
@NullMarked
package dev.pounce.server.source;

import org.jspecify.annotations.NullMarked;

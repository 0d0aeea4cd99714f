/** What a content coding has to be, so that the server needs none but its own. */
@NullMarked
package dev.pounce.server.coding;

import org.jspecify.annotations.NullMarked;

/** Content codings on native libraries. */
@NullMarked
package dev.pounce.compression;

import org.jspecify.annotations.NullMarked;

/** Notices when the files change that an application was made from. */
@NullMarked
package dev.pounce.cli.watch;

import org.jspecify.annotations.NullMarked;

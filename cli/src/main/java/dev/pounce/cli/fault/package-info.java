/** What is wrong with an application under development, in the browser of who develops it. */
@NullMarked
package dev.pounce.cli.fault;

import org.jspecify.annotations.NullMarked;

/**
 * From a target on the command line to the application that it names. {@link
 * dev.pounce.cli.target.Target#parse} is where it starts.
 */
@NullMarked
package dev.pounce.cli.target;

import org.jspecify.annotations.NullMarked;

/** The rules of the house, held by tests. */
@NullMarked
package dev.pounce.house;

import org.jspecify.annotations.NullMarked;

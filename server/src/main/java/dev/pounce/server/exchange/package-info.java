/**
 * One request and its response, whatever protocol carries them: the rules of the contract, request
 * IDs, proxy headers and built-in endpoints. Knows no socket and no codec.
 */
@NullMarked
package dev.pounce.server.exchange;

import org.jspecify.annotations.NullMarked;

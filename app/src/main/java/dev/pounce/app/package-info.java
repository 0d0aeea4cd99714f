/**
 * What an application is written against: the contract and a small layer over it.
 *
 * <p>Start with {@link dev.pounce.app.Http#app Http.app} when a request in and a response out is
 * all you need. {@link dev.pounce.app.Application} is the contract below it: one method, three
 * kinds of {@link dev.pounce.app.Scope}, and messages that are received and sent by blocking calls.
 * Its rules are those of ASGI 3.0, told in Java types.
 */
@NullMarked
package dev.pounce.app;

import org.jspecify.annotations.NullMarked;

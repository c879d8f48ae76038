/**
 * Tokenizers.
 *
 * <table>
 * <caption>Which tokenizer</caption>
 * <tr><th>name</th><th>what it is</th><th>when</th></tr>
 * <tr><td>{@code words}</td><td>the lower-cased words of the training captions, kept in the
 * checkpoint</td><td>text towers trained from scratch; closed vocabularies such as label
 * templates</td></tr>
 * <tr><td>{@code huggingface}</td><td>any {@code tokenizer.json}, {@code vocab.json} with {@code
 * merges.txt}, or {@code vocab.txt}, through the DJL tokenizers library, offline</td><td>pretrained text towers; open vocabularies</td></tr>
 * </table>
 *
 * <p>Either takes microseconds a caption. Captions that are cut are counted.
 */
@NullMarked
package org.clap4j.encoders.tokenizers;

import org.jspecify.annotations.NullMarked;

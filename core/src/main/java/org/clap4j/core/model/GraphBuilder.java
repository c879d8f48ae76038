package org.clap4j.core.model;

import org.clap4j.core.layers.Block;

/** Takes the blocks of a tower and makes them vertices of a DL4J graph. */
public interface GraphBuilder {

  /**
   * Adds a block.
   *
   * @param name the vertex's name; its parameters are called {@code name.parameter}, so {@code
   *     audio_encoder.conv_block1} with {@code conv1.weight} gives the field's names
   * @param block what it computes
   * @param input the vertex, or tower input, that it reads
   * @return name, for the next block to read
   */
  String add(String name, Block block, String input);
}

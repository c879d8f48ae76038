/**
 * A plug-in for clap4j: the audio encoder {@code moments} and the loss {@code ranking}.
 *
 * <p>{@link com.example.clap4j.MomentsEncoder} is the cheapest encoder that learns anything: it
 * hears the spectrum's mean and spread, not the order of events. {@link
 * com.example.clap4j.RankingLoss} is for data whose captions rank sounds but do not identify them.
 * {@link com.example.clap4j.ExampleModule} makes both known by name.
 */
@NullMarked
package com.example.clap4j;

import org.jspecify.annotations.NullMarked;

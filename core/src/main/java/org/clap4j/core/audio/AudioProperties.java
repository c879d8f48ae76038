package org.clap4j.core.audio;

/**
 * What a file's header says.
 *
 * @param channels number of channels
 * @param sampleRateHz samples per second of each channel
 * @param durationSeconds length as stated by the header, which may lie; NaN if it states none
 */
public record AudioProperties(int channels, int sampleRateHz, double durationSeconds) {}

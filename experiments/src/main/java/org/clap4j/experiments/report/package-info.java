/**
 * Turns finished runs into one HTML page that needs nothing else: curves, final metrics, retrieval
 * examples, configuration and environment, of one run or of several side by side.
 *
 * <p>The page loads nothing from anywhere, so that it opens from a disk, an artifact store or a
 * mail. Curves are drawn by uPlot (inlined, 50 kB); curves longer than {@link
 * org.clap4j.experiments.report.CurveThinning#MAX_POINTS} points are thinned to the extremes of
 * each interval. All text is escaped, since captions and file names come from anywhere.
 */
@NullMarked
package org.clap4j.experiments.report;

import org.jspecify.annotations.NullMarked;

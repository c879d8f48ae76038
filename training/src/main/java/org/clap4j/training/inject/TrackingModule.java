package org.clap4j.training.inject;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.OptionalBinder;
import java.time.Clock;
import org.clap4j.core.model.RunTrackerFactory;
import org.clap4j.training.tracking.JournalTrackerFactory;
import org.clap4j.training.tracking.SilentTrackerFactory;
import org.clap4j.training.tracking.mlflow.MlflowSettings;
import org.clap4j.training.tracking.mlflow.MlflowTrackerFactory;

/**
 * Contributes the trackers {@code mlflow}, {@code journal} and {@code none}. Where the MLflow
 * server is comes from the outermost module, which may read the environment:
 *
 * <pre>{@code
 * OptionalBinder.newOptionalBinder(binder(), MlflowSettings.class).setBinding().toInstance(settings);
 * }</pre>
 *
 * <p>Without that the {@code mlflow} tracker writes the journal only.
 */
public final class TrackingModule extends AbstractModule {

  @Override
  protected void configure() {
    MapBinder<String, RunTrackerFactory<?>> trackers =
        MapBinder.newMapBinder(
            binder(), TypeLiteral.get(String.class), new TypeLiteral<RunTrackerFactory<?>>() {});
    trackers.addBinding("mlflow").to(MlflowTrackerFactory.class);
    trackers.addBinding("journal").to(JournalTrackerFactory.class);
    trackers.addBinding("none").to(SilentTrackerFactory.class);
    bind(MlflowTrackerFactory.class);
    bind(JournalTrackerFactory.class);
    bind(SilentTrackerFactory.class);
    OptionalBinder.newOptionalBinder(binder(), MlflowSettings.class)
        .setDefault()
        .toInstance(MlflowSettings.NONE);
    OptionalBinder.newOptionalBinder(binder(), Clock.class)
        .setDefault()
        .toInstance(Clock.systemUTC());
  }
}

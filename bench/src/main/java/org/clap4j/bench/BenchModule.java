package org.clap4j.bench;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import org.clap4j.core.model.RunTrackerFactory;

/** Binds what measurements add to configurations. */
public final class BenchModule extends AbstractModule {

  @Override
  protected void configure() {
    MapBinder<String, RunTrackerFactory<?>> trackers =
        MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
    trackers.addBinding("alternating").to(AlternatingTrackerFactory.class);
  }
}

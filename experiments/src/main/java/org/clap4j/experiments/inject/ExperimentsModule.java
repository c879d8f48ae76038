package org.clap4j.experiments.inject;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import org.clap4j.core.model.PairDatasetFactory;

/** Binds clap4j's own datasets by the names that configurations use. */
public final class ExperimentsModule extends AbstractModule {

  @Override
  protected void configure() {
    datasets();
  }

  private MapBinder<String, PairDatasetFactory<?>> datasets() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }
}

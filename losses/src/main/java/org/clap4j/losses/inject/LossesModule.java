package org.clap4j.losses.inject;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import org.clap4j.core.model.LossFactory;
import org.clap4j.losses.InfoNceFactory;
import org.clap4j.losses.MultiPositiveFactory;

/** Binds clap4j's own losses by the names that configurations use. */
public final class LossesModule extends AbstractModule {

  @Override
  protected void configure() {
    losses().addBinding("info-nce").toInstance(new InfoNceFactory());
    losses().addBinding("multi-positive").toInstance(new MultiPositiveFactory());
  }

  private MapBinder<String, LossFactory<?>> losses() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }
}

package com.example.clap4j;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import org.clap4j.core.model.AudioEncoderFactory;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.weights.WeightFormat;

/**
 * Binds the plug-in's components by the names that configurations use. clap4j finds it by {@code
 * META-INF/services/com.google.inject.Module}.
 */
public final class ExampleModule extends AbstractModule {

  @Override
  protected void configure() {
    audioEncoders().addBinding("moments").toInstance(new MomentsEncoder.Factory());
    losses().addBinding("ranking").toInstance(new RankingLoss.Factory());
    weightFormats().addBinding("moments").toInstance(new MomentsWeights());
  }

  private MapBinder<String, AudioEncoderFactory<?>> audioEncoders() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }

  private MapBinder<String, WeightFormat> weightFormats() {
    return MapBinder.newMapBinder(binder(), String.class, WeightFormat.class);
  }

  private MapBinder<String, LossFactory<?>> losses() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }
}

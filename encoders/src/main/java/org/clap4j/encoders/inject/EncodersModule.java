package org.clap4j.encoders.inject;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import org.clap4j.core.model.AudioEncoderFactory;
import org.clap4j.core.model.ProjectionHeadFactory;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.model.TokenizerFactory;

/** Binds clap4j's own encoders, heads and tokenizers by the names that configurations use. */
public final class EncodersModule extends AbstractModule {

  @Override
  protected void configure() {
    audioEncoders();
    textEncoders();
    heads();
    tokenizers();
  }

  private MapBinder<String, AudioEncoderFactory<?>> audioEncoders() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }

  private MapBinder<String, TextEncoderFactory<?>> textEncoders() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }

  private MapBinder<String, ProjectionHeadFactory<?>> heads() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }

  private MapBinder<String, TokenizerFactory<?>> tokenizers() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }
}

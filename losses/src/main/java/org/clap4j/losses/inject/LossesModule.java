package org.clap4j.losses.inject;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import org.clap4j.core.model.LossFactory;
import org.clap4j.losses.DecoupledFactory;
import org.clap4j.losses.HardNegativeFactory;
import org.clap4j.losses.InfoNceFactory;
import org.clap4j.losses.LaionMlpFactory;
import org.clap4j.losses.MatryoshkaFactory;
import org.clap4j.losses.MultiPositiveFactory;
import org.clap4j.losses.OneDirectionFactory;
import org.clap4j.losses.SigmoidFactory;
import org.clap4j.losses.SupConFactory;
import org.clap4j.losses.TripletFactory;
import org.clap4j.losses.WeightedSumFactory;

/** Binds clap4j's own losses by the names that configurations use. */
public final class LossesModule extends AbstractModule {

  @Override
  protected void configure() {
    losses().addBinding("info-nce").toInstance(new InfoNceFactory());
    losses().addBinding("audio-to-text").toInstance(OneDirectionFactory.audioToText());
    losses().addBinding("text-to-audio").toInstance(OneDirectionFactory.textToAudio());
    losses().addBinding("sigmoid").toInstance(new SigmoidFactory());
    losses().addBinding("multi-positive").toInstance(new MultiPositiveFactory());
    losses().addBinding("supcon").toInstance(new SupConFactory());
    losses().addBinding("decoupled").toInstance(new DecoupledFactory());
    losses().addBinding("hard-negative").toInstance(new HardNegativeFactory());
    losses().addBinding("triplet").toInstance(new TripletFactory());
    losses().addBinding("laion-mlp").toInstance(new LaionMlpFactory());
    losses().addBinding("matryoshka").toInstance(new MatryoshkaFactory());
    losses().addBinding("weighted-sum").toInstance(new WeightedSumFactory());
  }

  private MapBinder<String, LossFactory<?>> losses() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }
}

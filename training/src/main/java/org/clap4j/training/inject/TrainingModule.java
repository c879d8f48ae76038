package org.clap4j.training.inject;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import org.clap4j.training.optim.AdamFactory;
import org.clap4j.training.optim.AdamWFactory;
import org.clap4j.training.optim.OptimizerFactory;
import org.clap4j.training.optim.SgdFactory;
import org.clap4j.training.schedule.ConstantCooldownFactory;
import org.clap4j.training.schedule.ConstantFactory;
import org.clap4j.training.schedule.InverseSqrtFactory;
import org.clap4j.training.schedule.PlateauFactory;
import org.clap4j.training.schedule.ScheduleFactory;
import org.clap4j.training.schedule.WarmupCosineFactory;

/** Binds clap4j's own optimisers and schedules by the names that configurations use. */
public final class TrainingModule extends AbstractModule {

  @Override
  protected void configure() {
    MapBinder<String, OptimizerFactory<?>> optimizers = optimizers();
    optimizers.addBinding("adamw").toInstance(new AdamWFactory());
    optimizers.addBinding("adam").toInstance(new AdamFactory());
    optimizers.addBinding("sgd").toInstance(new SgdFactory());

    MapBinder<String, ScheduleFactory<?>> schedules = schedules();
    schedules.addBinding("warmup-cosine").toInstance(new WarmupCosineFactory());
    schedules.addBinding("constant-cooldown").toInstance(new ConstantCooldownFactory());
    schedules.addBinding("inverse-sqrt").toInstance(new InverseSqrtFactory());
    schedules.addBinding("plateau").toInstance(new PlateauFactory());
    schedules.addBinding("constant").toInstance(new ConstantFactory());
  }

  private MapBinder<String, OptimizerFactory<?>> optimizers() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }

  private MapBinder<String, ScheduleFactory<?>> schedules() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }
}

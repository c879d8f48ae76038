package org.clap4j.experiments.inject;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.clap4j.encoders.inject.EncodersModule;
import org.clap4j.experiments.config.Environment;
import org.clap4j.losses.inject.LossesModule;
import org.clap4j.training.inject.TrackingModule;
import org.clap4j.training.inject.TrainingModule;

/**
 * Makes the one injector of a process: clap4j's own modules and those of plug-ins.
 *
 * <p>A plug-in is a jar on the class path with a Guice module that adds to the map binders, named
 * in {@code META-INF/services/com.google.inject.Module}. Its components are then chosen by name
 * like clap4j's own. Settings are strict: whatever is injected is bound, and constructors say
 * {@code @Inject}.
 */
public final class Clap4jInjector {

  private Clap4jInjector() {}

  /** Makes the injector with every plug-in of the class path and the process's environment. */
  public static Injector create() {
    return create(ServiceLoader.load(Module.class), System.getenv());
  }

  /**
   * Makes an injector.
   *
   * @param plugIns modules beside clap4j's own
   * @param environment what configurations may refer to
   */
  public static Injector create(Iterable<Module> plugIns, Map<String, String> environment) {
    List<Module> modules = new ArrayList<>();
    modules.add(new StrictModule());
    modules.add(new EncodersModule());
    modules.add(new LossesModule());
    modules.add(new TrainingModule());
    modules.add(new TrackingModule());
    modules.add(new ExperimentsModule());
    modules.add(new ConfigModule(new Environment(environment)));
    modules.add(new CommandsModule());
    plugIns.forEach(modules::add);
    return Guice.createInjector(modules);
  }

  private static final class StrictModule extends AbstractModule {
    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
      binder().requireAtInjectOnConstructors();
    }
  }
}

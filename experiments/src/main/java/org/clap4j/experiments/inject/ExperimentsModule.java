package org.clap4j.experiments.inject;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.experiments.datasets.captions.CaptionsCsvFactory;
import org.clap4j.experiments.datasets.esc50.Esc50Factory;
import org.clap4j.experiments.datasets.folder.FolderFactory;
import org.clap4j.experiments.datasets.synthetic.SyntheticFactory;

/** Binds clap4j's own datasets by the names that configurations use. */
public final class ExperimentsModule extends AbstractModule {

  @Override
  protected void configure() {
    datasets().addBinding("esc50").to(Esc50Factory.class);
    datasets().addBinding("captions-csv").to(CaptionsCsvFactory.class);
    datasets().addBinding("folder").to(FolderFactory.class);
    datasets().addBinding("synthetic").to(SyntheticFactory.class);
  }

  private MapBinder<String, PairDatasetFactory<?>> datasets() {
    return MapBinder.newMapBinder(binder(), new TypeLiteral<>() {}, new TypeLiteral<>() {});
  }
}

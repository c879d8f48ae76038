package org.clap4j.encoders.inject;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import org.clap4j.core.model.AudioEncoderFactory;
import org.clap4j.core.model.ProjectionHeadFactory;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.model.TokenizerFactory;
import org.clap4j.core.weights.WeightFormat;
import org.clap4j.encoders.audio.cnn14.Cnn14Factory;
import org.clap4j.encoders.audio.cnn14.SmallCnnFactory;
import org.clap4j.encoders.audio.htsat.HtsatEncoder;
import org.clap4j.encoders.heads.LaionHead;
import org.clap4j.encoders.heads.LinearHead;
import org.clap4j.encoders.heads.MsClapHead;
import org.clap4j.encoders.text.pretrained.BertFactory;
import org.clap4j.encoders.text.pretrained.Gpt2Factory;
import org.clap4j.encoders.text.pretrained.RobertaFactory;
import org.clap4j.encoders.text.transformer.TransformerEncoder;
import org.clap4j.encoders.tokenizers.HuggingFaceCaptionTokenizer;
import org.clap4j.encoders.tokenizers.WordTokenizer;
import org.clap4j.encoders.weights.PublishedFormat;

/**
 * Binds clap4j's own encoders, heads, tokenizers and formats of weights by the names that
 * configurations use.
 */
public final class EncodersModule extends AbstractModule {

  @Override
  protected void configure() {
    audioEncoders().addBinding("cnn14").toInstance(new Cnn14Factory());
    audioEncoders().addBinding("cnn10").toInstance(SmallCnnFactory.cnn10());
    audioEncoders().addBinding("cnn6").toInstance(SmallCnnFactory.cnn6());
    audioEncoders().addBinding("htsat").toInstance(new HtsatEncoder.Factory());
    textEncoders().addBinding("transformer").toInstance(new TransformerEncoder.Factory());
    textEncoders().addBinding("bert").toInstance(new BertFactory());
    textEncoders().addBinding("roberta").toInstance(new RobertaFactory());
    textEncoders().addBinding("gpt2").toInstance(new Gpt2Factory());
    heads().addBinding("linear").toInstance(new LinearHead.Factory());
    heads().addBinding("ms-clap").toInstance(new MsClapHead.Factory());
    heads().addBinding("laion").toInstance(new LaionHead.Factory());
    tokenizers().addBinding("words").toInstance(new WordTokenizer.Factory());
    tokenizers().addBinding("huggingface").toInstance(new HuggingFaceCaptionTokenizer.Factory());
    PublishedFormat.all()
        .forEach((name, format) -> weightFormats().addBinding(name).toInstance(format));
  }

  private MapBinder<String, WeightFormat> weightFormats() {
    return MapBinder.newMapBinder(binder(), String.class, WeightFormat.class);
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

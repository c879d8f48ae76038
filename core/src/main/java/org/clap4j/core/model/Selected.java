package org.clap4j.core.model;

/**
 * A component that a section has chosen by its {@code type}.
 *
 * @param <F> the kind of factory
 * @param type the name it is bound by
 * @param factory what makes it
 * @param options the rest of the section, of the factory's own configuration type
 */
public record Selected<F extends ComponentFactory<?>>(String type, F factory, Record options) {}

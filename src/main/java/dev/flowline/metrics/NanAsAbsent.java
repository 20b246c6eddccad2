package dev.flowline.metrics;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Marks a number that is measured on request only: NaN leaves no key in JSON. */
@Retention(RetentionPolicy.RUNTIME)
@JacksonAnnotationsInside
@JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NanAsAbsent.Filter.class)
public @interface NanAsAbsent {
  /** The filter, which by Jackson's contract equals every value that is to be left out. */
  final class Filter {
    @Override
    public boolean equals(Object value) {
      return value instanceof Double number && number.isNaN();
    }

    @Override
    public int hashCode() {
      return Double.hashCode(Double.NaN);
    }
  }
}

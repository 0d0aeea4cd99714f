package dev.pounce.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CorrelationTest {

  private static final RequestId ID = id("a1b2c3d4");
  private static final RequestId OTHER = id("e5f6");

  @Test
  void current_isTheRequestOfWhatIsDone() {
    List<@Nullable RequestId> seen = new ArrayList<>();

    seen.add(Correlation.current());
    Correlation.with(
        ID,
        () -> {
          seen.add(Correlation.current());
          Correlation.with(OTHER, () -> seen.add(Correlation.current()));
          seen.add(Correlation.current());
        });
    seen.add(Correlation.current());

    assertThat(seen).containsExactly(null, ID, OTHER, ID, null);
  }

  @Test
  void with_actionThrows_passesItOnAndForgetsTheRequest() {
    assertThatIllegalStateException()
        .isThrownBy(() ->
            Correlation.with(
                ID,
                () -> {
                  throw new IllegalStateException("oops");
                }));
    assertThat(Correlation.current()).isNull();
  }

  @Test
  void bare_messageThatEndsWithTheId_losesIt() {
    String message = "Request failed: GET /boom";

    assertThat(message + Correlation.mark(ID)).isEqualTo("Request failed: GET /boom [a1b2c3d4]");
    assertThat(Correlation.bare(message + Correlation.mark(ID), ID)).isEqualTo(message);
  }

  @Test
  void bare_messageThatDoesNot_isAsItWas() {
    assertThat(Correlation.bare("[a1b2c3d4] sold out", ID)).isEqualTo("[a1b2c3d4] sold out");
    assertThat(Correlation.bare("sold out [e5f6]", ID)).isEqualTo("sold out [e5f6]");
  }

  private static RequestId id(String text) {
    return Objects.requireNonNull(RequestId.adopt(text));
  }
}

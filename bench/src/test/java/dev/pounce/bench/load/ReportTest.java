package dev.pounce.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final String WRK =
      """
      Running 8s test @ http://127.0.0.1:8081/plaintext
        1 threads and 64 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency   393.08us  210.61us  12.47ms   92.40%
          Req/Sec   165.02k     5.10k  170.03k    68.00%
        1320160 requests in 8.00s, 151.08MB read
      Requests/sec: 165020.00
      Transfer/sec:     18.88MB
      requests 1320160
      micros 8000000
      p50 381
      p99 1020
      errors 3
      """;

  private static final String H2LOAD =
      """
      finished in 5.00s, 106666.20 req/s, 8.14MB/s
      requests: 533331 total, 533395 started, 533331 done, 533331 succeeded, 2 failed, 1 errored, 4 timeout
      status codes: 533331 2xx, 0 3xx, 0 4xx, 0 5xx
      traffic: 40.69MB (42666480) total, 23.40MB (24533226) headers (space savings 0.00%), 6.61MB (6933303) data
      """;

  @Test
  void wrk_allFigures_areExact() {
    assertThat(Report.ofWrk(WRK))
        .isEqualTo(new Report(1_320_160, Duration.ofSeconds(8), 381, 1020, 3));
  }

  @Test
  void wrk_rate_isRequestsOverTime() {
    assertThat(Report.ofWrk(WRK).requestsPerSecond()).isEqualTo(165_020);
  }

  @Test
  void wrk_noReport_saysWhatItPrinted() {
    assertThatThrownBy(() -> Report.ofWrk("unable to connect to 127.0.0.1:8081"))
        .hasMessageContaining("unable to connect");
  }

  @Test
  void h2load_rate_isItsOwn() {
    assertThat(Report.ofH2load(H2LOAD).requestsPerSecond()).isCloseTo(106_666.2, within(0.1));
  }

  @Test
  void h2load_failuresAndTimeouts_areErrors() {
    // What h2load calls errored it also calls failed.
    assertThat(Report.ofH2load(H2LOAD).errors()).isEqualTo(6);
  }

  @Test
  void h2load_latency_isUnknown() {
    assertThat(Report.ofH2load(H2LOAD).p99()).isNaN();
  }
}

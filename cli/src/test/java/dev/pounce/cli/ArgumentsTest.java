package dev.pounce.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.cli.Arguments.Action;
import dev.pounce.server.config.Setting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

  @Test
  void parse_targetAlone_serves() throws UsageException {
    assertThat(Arguments.parse("Hello.java"))
        .isEqualTo(new Arguments(Action.SERVE, "Hello.java", null, "", Map.of()));
  }

  @Test
  void parse_flagsAroundTheTarget_areTaken() throws UsageException {
    assertThat(
            Arguments.parse(
                "--port",
                "9000",
                "com.acme.Shop",
                "--host=0.0.0.0",
                "-cp",
                "a.jar:b",
                "--config=c"))
        .isEqualTo(
            new Arguments(
                Action.SERVE,
                "com.acme.Shop",
                "c",
                "a.jar:b",
                Map.of(Setting.PORT, "9000", Setting.HOST, "0.0.0.0")));
  }

  @Test
  void parse_switch_takesNoWordAfterIt() throws UsageException {
    Arguments arguments = Arguments.parse("--compression", "Hello.java");

    assertThat(arguments.target()).isEqualTo("Hello.java");
    assertThat(arguments.settings()).isEqualTo(Map.of(Setting.COMPRESSION, "true"));
  }

  @ParameterizedTest
  @CsvSource({"check --port 1 A.java", "--port 1 check A.java"})
  void parse_check_isAnAction(String line) throws UsageException {
    Arguments arguments = Arguments.parse(line.split(" "));

    assertThat(arguments.action()).isEqualTo(Action.CHECK);
    assertThat(arguments.target()).isEqualTo("A.java");
  }

  @ParameterizedTest
  @CsvSource({
    "--help, HELP",
    "-h, HELP",
    "--version, VERSION",
    "-V, VERSION",
    "--help --version, HELP"
  })
  void parse_helpOrVersion_needsNoTarget(String line, Action action) throws UsageException {
    assertThat(Arguments.parse(line.split(" ")).action()).isEqualTo(action);
  }

  @Test
  void parse_emptyValue_isAValue() throws UsageException {
    assertThat(Arguments.parse("--server-header", "", "A.java").settings())
        .isEqualTo(Map.of(Setting.SERVER_HEADER, ""));
    assertThat(Arguments.parse("--server-header=", "A.java").settings())
        .isEqualTo(Map.of(Setting.SERVER_HEADER, ""));
  }

  @Test
  void parse_afterTwoDashes_allIsTarget() throws UsageException {
    assertThat(Arguments.parse("--", "--A.java").target()).isEqualTo("--A.java");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--prot 9000 A.java | Unknown option: --prot (did you mean --port?)",
        "--confg=x A.java | Unknown option: --confg (did you mean --config?)",
        "--keepalive-timeout=1 A.java | Unknown option: --keepalive-timeout (did you mean"
            + " --keep-alive-timeout?)",
        "--classpth x A.java | Unknown option: --classpth (did you mean --classpath?)",
        "-x A.java | Unknown option: -x (see pounce --help)",
        "--trusted-hosts=* A.java | Unknown option: --trusted-hosts (there is none on purpose: set"
            + " trusted-hosts in pounce.toml, or POUNCE_TRUSTED_HOSTS)",
        "A.java --port | Missing required parameter for option '--port' (NUMBER)",
        "--port --host=x A.java | Expected parameter for option '--port' but found '--host=x'",
        "--compression=true A.java | option '--compression' should be specified without 'true'"
            + " parameter",
        "--port 1 --port 2 A.java | --port is given more than once",
        "--port 1 | one TARGET is needed; found: none (see pounce --help)",
        "check | one TARGET is needed; found: none (see pounce --help)",
        "A.java B.java | one TARGET is needed; found: A.java B.java (see pounce --help)",
      })
  void parse_wrongUse_saysWhatIsWrong(String line, String fault) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Arguments.parse(line.split(" ")))
        .withMessage(fault);
  }

  @Test
  void parse_manyFaults_reportsAllAtOnce() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Arguments.parse("--prot=1", "--compression=no", "--hots=x", "--port"))
        .satisfies(e -> assertThat(e.faults()).hasSize(4));
  }
}

package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.config.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * ops/ecs/task-definition.json has only what ECS knows, by the shapes of Amazon's SDK, and agrees
 * with the server and with the image.
 */
class EcsTest {

  private static final String FILE = "ecs/task-definition.json";

  private static JsonNode container() throws IOException {
    return new JsonMapper().readTree(Deployed.file(FILE).text()).get("containerDefinitions").get(0);
  }

  private static ServerConfig config() throws IOException {
    return Deployed.config(
        container()
            .get("environment")
            .valueStream()
            .collect(
                Collectors.toMap(
                    variable -> variable.get("name").stringValue(),
                    variable -> variable.get("value").stringValue())));
  }

  @Test
  void definition_hasOnlyWhatEcsKnows() throws IOException {
    assertThat(mistakes(Deployed.file(FILE))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "stopTimeout, stoptimeout, /containerDefinitions/0/stoptimeout",
    "\"interval\": 30, \"interval\": \"30\", /containerDefinitions/0/healthCheck/interval",
    "startPeriod, startperiod, /containerDefinitions/0/healthCheck/startperiod",
    "containerPort, port, /containerDefinitions/0/portMappings/0/port",
    "\"cpu\": \"256\", \"cpu\": 256, /cpu",
  })
  void mistake_isFound(String right, String wrong, String where) throws IOException {
    assertThat(mistakes(Deployed.file(FILE).with(right, wrong))).containsExactly(where);
  }

  /** Where there is a field that is unknown or of another type. */
  private static List<String> mistakes(Deployed file) {
    List<String> found = new ArrayList<>();
    SdkPojo shape = RegisterTaskDefinitionRequest.builder().build();
    compare("", new JsonMapper().readTree(file.text()), shape, found);
    return found;
  }

  private static void compare(String where, JsonNode object, SdkPojo shape, List<String> found) {
    Map<String, SdkField<?>> fields =
        shape.sdkFields().stream()
            .collect(Collectors.toMap(SdkField::locationName, Function.identity()));
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      compare(where + "/" + member.getKey(), member.getValue(), fields.get(member.getKey()), found);
    }
  }

  private static void compare(String where, JsonNode value, SdkField<?> field, List<String> found) {
    MarshallingType<?> type = field == null ? MarshallingType.NULL : field.marshallingType();
    if (type.equals(MarshallingType.SDK_POJO) && value.isObject()) {
      compare(where, value, field.constructor().get(), found);
    } else if (type.equals(MarshallingType.LIST) && value.isArray()) {
      SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
      for (int i = 0; i < value.size(); i++) {
        compare(where + "/" + i, value.get(i), member, found);
      }
    } else if (!(type.equals(MarshallingType.STRING) && value.isString()
        || type.equals(MarshallingType.INTEGER) && value.isInt()
        || type.equals(MarshallingType.BOOLEAN) && value.isBoolean())) {
      found.add(where);
    }
  }

  @Test
  void stop_waitsLongerThanTheDrain() throws IOException {
    assertThat(Duration.ofSeconds(container().get("stopTimeout").intValue()))
        .isGreaterThan(config().shutdownTimeout());
  }

  @Test
  void healthCheck_isThatOfTheImage() throws IOException {
    List<String> command =
        container().at("/healthCheck/command").valueStream().map(JsonNode::stringValue).toList();
    assertThat(command.getFirst()).isEqualTo("CMD");
    assertThat(command.subList(1, command.size())).isEqualTo(Dockerfile.read().healthCheck());
    assertThat(config().healthCheckPath()).isEqualTo("/health");
  }

  @Test
  void port_isTheServers() throws IOException {
    assertThat(container().at("/portMappings/0/containerPort").intValue())
        .isEqualTo(config().port());
    assertThat(config().host()).isEqualTo("0.0.0.0");
  }
}

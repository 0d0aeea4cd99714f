package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pounce.server.config.ServerConfig;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1HTTPGetAction;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1RollingUpdateDeployment;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * ops/kubernetes/pounce.yaml has only what Kubernetes knows, by the models of its Java client, and
 * agrees with the server and with the image.
 */
class KubernetesTest {

  private static final String FILE = "kubernetes/pounce.yaml";

  private final Manifest manifest;
  private final V1PodSpec pod;
  private final V1Container container;
  private final ServerConfig config;

  KubernetesTest() throws IOException {
    manifest = Manifest.of(Deployed.file(FILE));
    pod = manifest.deployment().getSpec().getTemplate().getSpec();
    container = pod.getContainers().getFirst();
    config =
        Deployed.config(
            container.getEnv().stream()
                .collect(Collectors.toMap(V1EnvVar::getName, V1EnvVar::getValue)));
  }

  record Manifest(V1Deployment deployment, V1Service service) {

    /** Reads both parts, and refuses fields that are unknown, missing or of another type. */
    static Manifest of(Deployed file) throws IOException {
      List<JsonNode> parts =
          new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(file.text()).readAll();
      return new Manifest(
          V1Deployment.fromJson(parts.get(0).toString()),
          V1Service.fromJson(parts.get(1).toString()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "readinessProbe:, readynessProbe:",
    "periodSeconds: 3, periodSecond: 3",
    "maxSurge:, maxSurges:",
    "containerPort: 8000, containerPort: http",
    "preStop:, prestop:",
    "  selector:, '  selectors:'",
    "targetPort:, targetport:",
    "terminationGracePeriodSeconds: 40, terminationGracePeriodSeconds: 40s",
    "readOnlyRootFilesystem:, readOnlyRootFileSystem:"
  })
  void mistake_isFound(String right, String wrong) throws IOException {
    Deployed mistaken = Deployed.file(FILE).with(right, wrong);
    assertThatThrownBy(() -> Manifest.of(mistaken)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void service_findsThePods() {
    assertThat(manifest.service().getSpec().getSelector())
        .isEqualTo(manifest.deployment().getSpec().getSelector().getMatchLabels())
        .isEqualTo(manifest.deployment().getSpec().getTemplate().getMetadata().getLabels());
    assertThat(manifest.service().getSpec().getPorts())
        .singleElement()
        .satisfies(port -> {
          assertThat(port.getPort()).isEqualTo(80);
          assertThat(port.getTargetPort().getIntValue()).isEqualTo(config.port());
        });
  }

  @Test
  void pods_areReplacedOneMoreBeforeOneLess() {
    assertThat(manifest.deployment().getSpec().getReplicas()).isEqualTo(3);
    V1RollingUpdateDeployment update =
        manifest.deployment().getSpec().getStrategy().getRollingUpdate();
    assertThat(update.getMaxUnavailable().getIntValue()).isZero();
    assertThat(update.getMaxSurge().getIntValue()).isEqualTo(1);
  }

  @Test
  void probes_askTheHealthCheck_whereItIs() {
    for (V1Probe probe : List.of(container.getReadinessProbe(), container.getLivenessProbe())) {
      V1HTTPGetAction get = probe.getHttpGet();
      assertThat(get.getPath()).isEqualTo(config.healthCheckPath());
      assertThat(get.getPort().getIntValue()).isEqualTo(config.port());
    }
    assertThat(container.getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getContainerPort()).isEqualTo(config.port()));
    assertThat(config.host()).isEqualTo("0.0.0.0");
  }

  @Test
  void grace_isLongerThanHookAndDrain() {
    List<String> hook = container.getLifecycle().getPreStop().getExec().getCommand();
    assertThat(hook).containsExactly("sh", "-c", "sleep 5");
    Duration delay = Duration.ofSeconds(5);
    assertThat(Duration.ofSeconds(pod.getTerminationGracePeriodSeconds()))
        .isGreaterThan(delay.plus(config.shutdownTimeout()));
  }

  @Test
  void readiness_turnsBeforeLivenessDoes() {
    V1Probe ready = container.getReadinessProbe();
    V1Probe live = container.getLivenessProbe();
    assertThat(ready.getPeriodSeconds() * ready.getFailureThreshold())
        .isLessThan(live.getPeriodSeconds());
    assertThat(live.getFailureThreshold()).as("left at 3, the default").isNull();
  }

  @Test
  void user_isThatOfTheImage() throws IOException {
    String user = Dockerfile.read().last("USER").rest();
    assertThat(user).startsWith(pod.getSecurityContext().getRunAsUser() + ":");
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
  }

  @Test
  void temporaryFiles_haveAPlace_whereAllElseIsReadOnly() {
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    V1VolumeMount mount = container.getVolumeMounts().getFirst();
    assertThat(mount.getMountPath()).isEqualTo("/tmp");
    assertThat(pod.getVolumes())
        .singleElement()
        .satisfies(volume -> {
          assertThat(volume.getName()).isEqualTo(mount.getName());
          assertThat(volume.getEmptyDir()).isNotNull();
        });
  }
}

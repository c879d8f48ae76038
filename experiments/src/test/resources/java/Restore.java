import java.io.File;
import java.nio.file.Path;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.io.SafeTensorsWriter;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Restores a tower and runs it: java -cp … Restore.java TOWER.zip IN.safetensors OUT.safetensors */
public class Restore {
  public static void main(String[] arguments) throws Exception {
    ComputationGraph tower = ComputationGraph.load(new File(arguments[0]), false);
    try (SafeTensors in = SafeTensors.open(Path.of(arguments[1]))) {
      INDArray[] masks = in.has("mask") ? new INDArray[] {in.array("mask")} : null;
      INDArray embeddings = tower.output(false, new INDArray[] {in.array("input")}, masks)[0];
      new SafeTensorsWriter().array("embeddings", embeddings).write(Path.of(arguments[2]));
    }
    try {
      Class.forName("org.clap4j.experiments.cli.Clap4j");
      throw new IllegalStateException("the experiments' module is on the class path");
    } catch (ClassNotFoundException asItShouldBe) {
      System.exit(0);
    }
  }
}

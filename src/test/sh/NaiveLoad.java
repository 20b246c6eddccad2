import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** Loads LibTorch as JavaCPP does it by itself: what the bootstrap is there to avoid. */
public final class NaiveLoad {
  public static void main(String[] args) {
    Loader.load(torch.class);
    System.out.println(torch.ones(2, 3).sum().item_double());
  }
}

package dev.flowline.cli.doctor;

import java.util.List;
import java.util.Optional;

/**
 * The check whether a GPU can be used, and if not, why. A CPU needs none of it.
 *
 * @param devices what nvidia-smi lists, one per line; null if no driver answers
 * @param compiler the line of nvcc with its version; null if there is none
 * @param gpuBuild whether the class path has the natives with CUDA
 */
record CudaCheck(String devices, String compiler, boolean gpuBuild) implements Check {
  private static final String GPU_NATIVES =
      "/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cuda.so";

  static CudaCheck ofThisMachine() {
    Optional<String> devices =
        Command.run(
                "nvidia-smi",
                "--query-gpu=name,driver_version,memory.total",
                "--format=csv,noheader")
            .filter(command -> command.exitCode() == 0)
            .map(command -> command.output().strip());
    Optional<String> compiler =
        Command.run("nvcc", "--version")
            .filter(command -> command.exitCode() == 0)
            .flatMap(
                command -> command.output().lines().filter(l -> l.contains("release")).findFirst());
    return new CudaCheck(
        devices.orElse(null),
        compiler.orElse(null),
        CudaCheck.class.getResource(GPU_NATIVES) != null);
  }

  @Override
  public List<Finding> findings() {
    return List.of(device(), natives(), nvcc());
  }

  private Finding device() {
    return hasDevice()
        ? Finding.ok("cuda device", devices.replace("\n", "; "))
        : Finding.warning(
            "cuda device",
            "none",
            "nvidia-smi is absent or finds no device: everything runs on the CPU",
            "if there is an NVIDIA GPU, install its driver; in a container, start it with the GPU");
  }

  private Finding natives() {
    if (gpuBuild) {
      return Finding.ok("cuda natives", "LibTorch with CUDA");
    }
    String found = "LibTorch without CUDA, for the CPU";
    return hasDevice()
        ? Finding.warning(
            "cuda natives",
            found,
            "this build cannot use the GPU",
            "install CUDA 13, cuDNN 9 and NCCL 2, run './flowline build --cuda' in a checkout,"
                + " then use --device cuda")
        : Finding.ok("cuda natives", found);
  }

  private boolean hasDevice() {
    return devices != null && !devices.isEmpty();
  }

  private Finding nvcc() {
    return compiler == null
        ? Finding.warning(
            "cuda compiler",
            "no nvcc",
            "only compiling the CUDA kernels of libflowline needs it",
            "install the CUDA 13 toolkit and put its bin folder on the PATH")
        : Finding.ok("cuda compiler", compiler.strip());
  }
}

// nvidia-smi --query-gpu=name --format=csv,noheader: what NVML calls the cards, a line each.
#include <nvml.h>
#include <stdio.h>
#include <string.h>

int main(int count, char **words) {
  unsigned int cards = 0;
  if (count != 3 || strcmp(words[1], "--query-gpu=name") != 0 || strcmp(words[2], "--format=csv,noheader") != 0) return 2;
  if (nvmlInit() != NVML_SUCCESS || nvmlDeviceGetCount(&cards) != NVML_SUCCESS) return 9;
  for (unsigned int index = 0; index < cards; index++) {
    nvmlDevice_t device;
    char name[NVML_DEVICE_NAME_V2_BUFFER_SIZE];
    if (nvmlDeviceGetHandleByIndex(index, &device) != NVML_SUCCESS) return 9;
    if (nvmlDeviceGetName(device, name, sizeof name) != NVML_SUCCESS) return 9;
    puts(name);
  }
  return 0;
}

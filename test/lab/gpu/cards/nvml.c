// libnvidia-ml.so.1 of a machine with two cards that do nothing: as much of NVML as NVIDIA's device plugin and nvidia-smi ask.
#define NVML_NO_UNVERSIONED_FUNC_DEFS
#include <nvml.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CARDS 2
#define NAME "NVIDIA L4"

struct nvmlDevice_st {
  int unused;
};
static struct nvmlDevice_st cards[CARDS];
static char events;

static unsigned int place(nvmlDevice_t device) { return (unsigned int)(device.handle - cards); }

nvmlReturn_t nvmlInit_v2(void) { return NVML_SUCCESS; }
nvmlReturn_t nvmlShutdown(void) { return NVML_SUCCESS; }
const char *nvmlErrorString(nvmlReturn_t result) { return result == NVML_SUCCESS ? "success" : "no success"; }

nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) {
  snprintf(version, length, "550.90.07");
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *version) {
  *version = 12040;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) {
  *count = CARDS;
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
  if (index >= CARDS) return NVML_ERROR_INVALID_ARGUMENT;
  device->handle = &cards[index];
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) {
  (void)device;
  snprintf(name, length, NAME);
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length) {
  snprintf(uuid, length, "GPU-00000000-0000-4000-8000-%012u", place(device));
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device) {
  for (unsigned int index = 0; index < CARDS; index++) {
    char its[NVML_DEVICE_UUID_BUFFER_SIZE];
    nvmlDeviceGetUUID((nvmlDevice_t){&cards[index]}, its, sizeof its);
    if (strcmp(its, uuid) != 0) continue;
    device->handle = &cards[index];
    return NVML_SUCCESS;
  }
  return NVML_ERROR_NOT_FOUND;
}
nvmlReturn_t nvmlDeviceGetMinorNumber(nvmlDevice_t device, unsigned int *minor) {
  *minor = place(device);
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci) {
  memset(pci, 0, sizeof *pci);
  pci->bus = place(device) + 1;
  snprintf(pci->busId, sizeof pci->busId, NVML_DEVICE_PCI_BUS_ID_FMT, 0, pci->bus, 0);
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  (void)device;
  memory->total = memory->free = 24ULL << 30;
  memory->used = 0;
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor) {
  (void)device;
  *major = 8;
  *minor = 9;
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned int *current, unsigned int *pending) {
  (void)device, (void)current, (void)pending;
  return NVML_ERROR_NOT_SUPPORTED;
}

// The device plugin waits for faults of the cards, which have none.
nvmlReturn_t nvmlDeviceGetSupportedEventTypes(nvmlDevice_t device, unsigned long long *types) {
  (void)device;
  *types = nvmlEventTypeXidCriticalError;
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlEventSetCreate(nvmlEventSet_t *set) {
  set->handle = (struct nvmlEventSet_st *)&events;
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlEventSetFree(nvmlEventSet_t set) {
  (void)set;
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlDeviceRegisterEvents(nvmlDevice_t device, unsigned long long types, nvmlEventSet_t set) {
  (void)device, (void)types, (void)set;
  return NVML_SUCCESS;
}
nvmlReturn_t nvmlEventSetWait_v2(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int milliseconds) {
  (void)set, (void)data;
  usleep(milliseconds * 1000);
  return NVML_ERROR_TIMEOUT;
}

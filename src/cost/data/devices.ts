/** Device profiles. Shares of RTOS and application are assumptions that a user's file replaces. */
import type { Device, Known } from './types.ts';

const KIB = 1024;

/** As the vendor's data sheet is remembered. */
function recalled(value: number): Known {
  return { value, status: 'estimate', because: 'figure of the vendor, recalled' };
}

/** Half of it, for lack of anything better: RTOS, drivers, protocol stack and application. */
function half({ value, low, high }: Known): Known {
  return {
    value: value / 2,
    ...(low === undefined ? {} : { low: low / 2 }),
    ...(high === undefined ? {} : { high: high / 2 }),
    status: 'estimate',
    because: 'half is assumed to be taken by RTOS, drivers and application',
  };
}

/** As a page about the part or a board with it says. */
function described(value: number, because?: string): Known {
  return { value, status: 'published', source: 'boards', ...(because === undefined ? {} : { because }) };
}

type WaitStates = Device['waitStates'];

/** Figures of this core were taken on this part at this clock, or flash keeps up with it. */
const NONE: WaitStates = { low: 0, value: 0, high: 0.1 };
/** Flash behind a cache: tuned P-256 takes 5 to 8 % more on an nRF52840 than without wait states. */
const CACHED: WaitStates = { low: 0, value: 0.1, high: 0.5 };
/** Flash without a cache above its limit. */
const UNCACHED: WaitStates = { low: 0, value: 0.25, high: 0.5 };

/** What is known of a part; the rest is assumed. */
export type Part = Pick<
  Device,
  'core' | 'id' | 'megahertz' | 'ramBytes' | 'flashBytes' | 'title' | 'use' | 'waitStates'
>;

/** A profile of which nobody has said what runs on it. */
export function deviceOf(part: Part): Device {
  return { ...part, ramUsed: half(part.ramBytes), flashUsed: half(part.flashBytes), keccakPresent: false };
}

/** A class has memory, but neither a core nor a clock: what takes time is unknown on it. */
function deviceClass(
  name: string,
  source: '7228bis' | 'rfc7228',
  ramBytes: Omit<Known, 'source' | 'status'>,
  flashBytes: Omit<Known, 'source' | 'status'>,
): Device {
  return deviceOf({
    id: name.toLowerCase(),
    title: `Class ${name.slice(1)} of RFC 7228`,
    core: undefined,
    megahertz: undefined,
    ramBytes: { ...ramBytes, status: 'quoted', source },
    flashBytes: { ...flashBytes, status: 'quoted', source },
    waitStates: NONE,
    use: 'a class of constrained devices',
  });
}

export const DEVICES: readonly Device[] = [
  // "Much less than 10 KiB and 100 KiB": the bound is above, nothing is below.
  deviceClass(
    'C0',
    'rfc7228',
    { value: 5 * KIB, low: 0, high: 10 * KIB },
    { value: 50 * KIB, low: 0, high: 100 * KIB },
  ),
  deviceClass('C1', 'rfc7228', { value: 10 * KIB }, { value: 100 * KIB }),
  deviceClass('C2', 'rfc7228', { value: 50 * KIB }, { value: 250 * KIB }),
  deviceClass('C3', '7228bis', { value: 100 * KIB }, { value: 500 * KIB, low: 500 * KIB, high: 1000 * KIB }),
  deviceClass(
    'C4',
    '7228bis',
    { value: 300 * KIB, low: 300 * KIB, high: 1000 * KIB },
    { value: 1000 * KIB, low: 1000 * KIB, high: 2000 * KIB },
  ),
  deviceOf({
    id: 'stm32l072',
    title: 'STM32L072 (Cortex-M0+, 32 MHz)',
    core: 'cortex-m0plus',
    megahertz: described(32),
    ramBytes: described(20 * KIB),
    flashBytes: described(192 * KIB),
    waitStates: UNCACHED,
    use: 'LoRaWAN meter or tag',
  }),
  deviceOf({
    id: 'rp2040',
    title: 'RP2040 (Cortex-M0+, 133 MHz)',
    core: 'cortex-m0plus',
    megahertz: { value: 133, status: 'published', source: 'rp2040' },
    ramBytes: { value: 264 * KIB, status: 'published', source: 'rp2040' },
    flashBytes: { value: 2048 * KIB, status: 'published', source: 'rp2040' },
    waitStates: NONE,
    use: 'low-cost controller with external flash',
  }),
  deviceOf({
    id: 'stm32l152re',
    title: 'STM32L152RE (Cortex-M3, 32 MHz)',
    core: 'cortex-m3',
    megahertz: described(32),
    ramBytes: described(80 * KIB),
    flashBytes: described(512 * KIB),
    waitStates: UNCACHED,
    use: 'low-power meter or handheld instrument',
  }),
  deviceOf({
    id: 'nrf52832',
    title: 'nRF52832 (Cortex-M4F, 64 MHz)',
    core: 'cortex-m4',
    megahertz: described(64),
    ramBytes: described(64 * KIB),
    flashBytes: described(512 * KIB),
    waitStates: CACHED,
    use: 'BLE wearable or sensor patch',
  }),
  deviceOf({
    id: 'nrf52840',
    title: 'nRF52840 (Cortex-M4F, 64 MHz)',
    core: 'cortex-m4',
    megahertz: { value: 64, status: 'published', source: 'p256m4' },
    ramBytes: described(256 * KIB),
    flashBytes: described(1024 * KIB),
    waitStates: CACHED,
    use: 'BLE wearable, infusion accessory',
  }),
  deviceOf({
    id: 'stm32l4r5',
    title: 'STM32L4R5 (Cortex-M4F, 120 MHz), the board of pqm4',
    core: 'cortex-m4',
    megahertz: { value: 120, status: 'published', source: 'pqm4' },
    ramBytes: { value: 640 * KIB, status: 'published', source: 'pqm4' },
    flashBytes: { value: 2048 * KIB, status: 'published', source: 'pqm4' },
    waitStates: CACHED,
    use: 'reference board',
  }),
  deviceOf({
    id: 'nrf5340-app',
    title: 'nRF5340, application core (Cortex-M33, 128 MHz)',
    core: 'cortex-m33',
    megahertz: described(128),
    ramBytes: described(512 * KIB),
    flashBytes: described(1024 * KIB),
    waitStates: CACHED,
    use: 'BLE medical hub',
  }),
  deviceOf({
    id: 'stm32u585',
    title: 'STM32U585 (Cortex-M33, 160 MHz)',
    core: 'cortex-m33',
    megahertz: described(160),
    ramBytes: described(768 * KIB, 'in one piece; 16 KiB more lie apart'),
    flashBytes: described(2048 * KIB),
    waitStates: CACHED,
    use: 'controller with TrustZone',
  }),
  deviceOf({
    id: 'esp32-s3',
    title: 'ESP32-S3 (Xtensa LX7, 240 MHz)',
    core: 'xtensa-lx7',
    megahertz: { value: 240, status: 'published', source: 'esp32s3' },
    ramBytes: described(512 * KIB),
    flashBytes: recalled(8192 * KIB),
    waitStates: NONE,
    use: 'Wi-Fi device',
  }),
  deviceOf({
    id: 'esp32-c3',
    title: 'ESP32-C3 (RV32IMC, 160 MHz)',
    core: 'rv32imc',
    megahertz: { value: 160, status: 'published', source: 'esp32c3' },
    ramBytes: recalled(400 * KIB),
    flashBytes: recalled(4096 * KIB),
    waitStates: NONE,
    use: 'Wi-Fi and BLE device',
  }),
  deviceOf({
    id: 'esp32-c6',
    title: 'ESP32-C6 (RV32IMAC, 160 MHz)',
    core: 'rv32imac',
    megahertz: recalled(160),
    ramBytes: recalled(512 * KIB),
    flashBytes: recalled(4096 * KIB),
    waitStates: CACHED,
    use: 'Wi-Fi, BLE and Thread device',
  }),
  deviceOf({
    id: 'gateway-linux-u54',
    title: 'RISC-V Linux gateway (PolarFire SoC, RV64GC U54, 625 MHz)',
    core: 'rv64gc',
    megahertz: { value: 625, status: 'published', source: 'wolfboot-u54' },
    ramBytes: described(2048 * 1024 * KIB),
    flashBytes: described(8192 * 1024 * KIB),
    waitStates: NONE,
    use: 'edge gateway',
  }),
  deviceOf({
    id: 'gateway-linux-a53',
    title: 'Arm Linux gateway (Cortex-A53, 1200 MHz)',
    core: 'cortex-a53',
    megahertz: recalled(1200),
    ramBytes: recalled(512 * 1024 * KIB),
    flashBytes: recalled(4096 * 1024 * KIB),
    waitStates: NONE,
    use: 'edge gateway that may run JavaScript',
  }),
  deviceOf({
    id: 'gateway-linux-x86-64',
    title: 'x86-64 Linux machine (2600 MHz), on which the JavaScript engines were measured',
    core: 'x86-64',
    megahertz: { value: 2600, status: 'measured', source: 'here-js' },
    ramBytes: { value: 4096 * 1024 * KIB, status: 'estimate', because: 'assumed' },
    flashBytes: { value: 16_384 * 1024 * KIB, status: 'estimate', because: 'assumed' },
    waitStates: NONE,
    use: 'gateway or server that runs JavaScript',
  }),
];

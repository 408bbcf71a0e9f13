/** Where the figures come from. `reference` says what to open, `seen` how much of it this project has seen. */
import type { Source } from './types.ts';

export const SOURCES: readonly Source[] = [
  {
    id: 'pqm4',
    title: 'pqm4 benchmark tables: NUCLEO-L4R5ZI, Cortex-M4F, 24 MHz without wait states, gcc 11.3.1',
    reference: 'github.com/mupq/pqm4 @ 03a4b8ac967e66906bc808b8b1a8a1a4aa051380: benchmarks.csv',
    seen: 'read directly',
  },
  {
    id: 'rp2040',
    title:
      'Chhetri, ML-KEM and ML-DSA on RP2040: Cortex-M0+, 133 MHz, PQClean 3730b32a, -Os (arXiv 2603.19340)',
    reference:
      'github.com/rojinc/pqc-cortex-m0-benchmark @ 4dc5f3dc4bed9ff58e8020b03e0e01cc0eb2c269: README.md, results/',
    seen: 'read directly',
  },
  {
    id: 'p256m4',
    title: 'Emill, P256-Cortex-M4: nRF52840, 64 MHz, instruction cache on, gcc -O2',
    reference: 'github.com/Emill/P256-Cortex-M4 @ ecd3ec2222fc9e18b6b44c86bb7183971a2041fc: README.md',
    seen: 'read directly',
  },
  {
    id: 'x25519m4',
    title: 'Emill, X25519-Cortex-M4',
    reference: 'github.com/Emill/X25519-Cortex-M4 @ e85f816701fa7b908d3442398a7c8ff1741c4fe6: README.md',
    seen: 'read directly',
  },
  {
    id: 'esp32s3',
    title: 'mlkem-native 2.0.0 in C on ESP32-S3, 240 MHz, ESP-IDF 5.5.5',
    reference:
      'github.com/Vile13/pqc-esp32s3-benchmarks @ 5c77792f5d981301428826704fcadcd92d96ea55: docs/benchmarks.md',
    seen: 'read directly',
  },
  {
    id: 'esp32c3',
    title: 'liboqs and wolfSSL on ESP32-C3 (RV32IMC), 160 MHz, -O2',
    reference: 'github.com/avlk/pqc-esp32-c3: README.md',
    seen: 'read directly; repository named after the clone URL inside the file',
  },
  {
    id: 'wolfboot-u54',
    title: 'wolfCrypt 5.8.4 on PolarFire SoC (RV64GC U54), 625 MHz, RISC-V assembly',
    reference: 'github.com/wolfSSL/wolfBoot: docs/Targets.md',
    seen: 'read directly; repository named after the content',
  },
  {
    id: 'wolf-stm32',
    title:
      'wolfCrypt on STM32L4A6Z (Cortex-M4, 80 MHz; 5.6.4, -Os, small assembly) and STM32U585 (Cortex-M33, 160 MHz; 5.3.1)',
    reference:
      'github.com/wolfSSL/wolfssl @ cd0301fc666a06323c35fccf67914bcff5d06dde: IDE/STM32Cube/STM32_Benchmarks.md',
    seen: 'read directly',
  },
  {
    id: 'cifra',
    title: 'cifra: primitives in portable C on Cortex-M0, M3 and M4F, -Os',
    reference: 'github.com/ctz/cifra @ 00ac5952d7663f47bc72f645c0658854ba05f382: README.md',
    seen: 'read directly',
  },
  {
    id: 'nanotls',
    title: 'wolfNanoTLS: .text of whole TLS 1.3 clients on Cortex-M33, gcc 14.2 -Os -flto',
    reference: 'github.com/aidangarske/wolfNanoTLS: wiki, Footprint and Comparison',
    seen: 'in part, as a search engine quotes it',
  },
  {
    id: 'krabitls',
    title: 'KrabiTLS 0.4.1 footprint on Cortex-M3, a hobby project without an audit',
    reference: 'docs.rs/crate/krabitls/0.4.1',
    seen: 'in part, as a search engine quotes it',
  },
  {
    id: 'eprint2020470',
    title: 'Campos et al., LMS vs XMSS on Cortex-M4 (STM32F4DISCOVERY), SHA-256, tables 10 and 12',
    reference: 'IACR ePrint 2020/470',
    seen: 'quoted by a third party; the tables themselves were not seen',
  },
  {
    id: 'rfc5280',
    title: 'RFC 5280, certificates in DER',
    reference: 'RFC 5280 section 4; RFC 9881, RFC 9909 for ML-DSA and SLH-DSA',
    seen: 'read directly',
  },
  {
    id: 'boards',
    title: 'Clock and memory of parts: pages about them and about boards with them',
    reference:
      'docs.platformio.org (nrf52_dk, nrf52840_dk, disco_l072cz_lrwan1); doc.riot-os.org (nucleo-l152re); docs.zephyrproject.org (nrf5340dk, blackpill_u585ci); probe.rs (STM32U585CIUx); espressif.com (ESP32-S3); onlinedocs.microchip.com (PolarFire SoC Icicle Kit)',
    seen: 'read directly',
  },
  {
    id: 'cellular',
    title: 'Peak rates of LTE Cat-M1 (1 Mbit/s) and Cat-NB1 (26 and 62 kbit/s), and their latencies',
    reference: 'blog.mbedded.ninja: Cellular Communication Protocols (2024-10-02)',
    seen: 'in part, as a search engine quotes it',
  },
  {
    id: 'rfc7228',
    title: 'RFC 7228, terminology for constrained-node networks',
    reference: 'RFC 7228 section 3, table 1',
    seen: 'quoted by several, in the same words',
  },
  {
    id: '7228bis',
    title: 'draft-ietf-iotops-7228bis, which adds classes 3 and 4',
    reference: 'draft-ietf-iotops-7228bis-10 table 1',
    seen: 'quoted by a third party',
  },
  {
    id: 'lorawan',
    title: 'LoRaWAN Regional Parameters: payload limits of EU868; Semtech airtime formula',
    reference: 'LoRa Alliance, Regional Parameters v1.0.3revA tables 31 and 32; Semtech AN1200.13',
    seen: 'in part, as a search engine quotes it',
  },
  {
    id: 'ble-dle',
    title: 'Bluetooth LE: data length extension from 27 to 251 bytes, default ATT_MTU of 23',
    reference:
      'Bluetooth Core Specification; punchthrough.com on BLE throughput; ESP-IDF NimBLE documentation',
    seen: 'in part, as a search engine quotes it',
  },
  {
    id: '154',
    title: 'IEEE 802.15.4: 127-byte frames at 250 kbit/s; 6LoWPAN fragments',
    reference: 'RFC 4944 section 5.3; NuttX net/sixlowpan README',
    seen: 'in part, as a search engine quotes it',
  },
  {
    id: 'rfc6928',
    title: 'RFC 6928, TCP initial window of ten segments',
    reference: 'RFC 6928 section 2',
    seen: 'quoted by several, in the same words',
  },
  {
    id: 'rfc9006',
    title: 'RFC 9006, TCP on constrained nodes: a window of one segment',
    reference: 'RFC 9006',
    seen: 'in part, as a search engine quotes it',
  },
  {
    id: 'fips',
    title: 'Sizes of keys, ciphertexts and signatures',
    reference: 'FIPS 203 table 3, FIPS 204 table 2, FIPS 205 table 2, RFC 8554, RFC 8391',
    seen: 'read directly',
  },
  {
    id: 'cf2021',
    title: 'Cloudflare, Sizing Up Post-Quantum Signatures: six signatures and two public keys within 9 kB',
    reference: 'blog.cloudflare.com/sizing-up-post-quantum-signatures (2021-11-08)',
    seen: 'quoted by a third party; the beginning read directly',
  },
  {
    id: 'here-qemu',
    title: 'Counted here, 2026-11-21: QEMU 7.2.22 mps2-an386 with a TCG plug-in, arm-none-eabi-gcc 12.2.1',
    reference: 'docs/decisions/0013-cost-data.md',
    seen: 'measured',
  },
  {
    id: 'here-rv32',
    title:
      'Counted here, 2026-11-21: QEMU 7.2.22 riscv32 virt with the same plug-in, gcc 12.2.0 -march=rv32imac',
    reference: 'docs/decisions/0013-cost-data.md',
    seen: 'measured',
  },
  {
    id: 'here-handshakes',
    title:
      'Counted here: TLS 1.3 handshakes of OpenSSL 3.6.5 and wolfSSL 5.9.2 record by record, and of Node.js 26 in each test run',
    reference: 'docs/cost-validation.md; vectors/tls-handshakes/',
    seen: 'measured',
  },
  {
    id: 'here-js',
    title:
      'Measured here, 2026-11-21: @noble/post-quantum 0.7.1, QuickJS 2025-04-26, Node 26.10.0, AMD EPYC, two shared cores',
    reference: 'docs/decisions/0013-cost-data.md',
    seen: 'measured',
  },
];

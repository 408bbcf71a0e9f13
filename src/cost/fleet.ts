/** A fleet of devices, what it does in a year, and the plans to move it; and what moving it comes to. */
import type { IsoDate, Verdict } from '../policy/index.ts';
import type { KemName, SignatureName } from '../registry/index.ts';
import type { Prediction } from './prediction.ts';
import type { Figure } from './quantity.ts';

/** What a megabyte and a kilowatt-hour cost the owner of the fleet; nobody else knows. */
export interface FleetPrices {
  /** ISO 4217 code, as `EUR`. */
  readonly currency: string;
  /** Price of 1,000,000 bytes sent or received, for classes that have none of their own. */
  readonly perMegabyte?: number | undefined;
  readonly perKilowattHour?: number | undefined;
}

/** TLS sessions of one device. */
export interface FleetSessions {
  readonly perDay: number;
  /** Share of the sessions that resume an earlier one, 0 to 1. */
  readonly resumed: number;
  readonly group: string;
  readonly signature: SignatureName;
  /** Signature of the device, if it is not the server's. */
  readonly clientSignature?: SignatureName | undefined;
  /** Intermediates that are sent beside the leaf. */
  readonly chain: number;
  readonly mutual: boolean;
}

/** Firmware updates of one device. */
export interface FleetUpdates {
  readonly perYear: number;
  readonly imageBytes: number;
  readonly signatures: readonly string[];
  /** Places for an image in flash, as of {@link FirmwareUpdateScenario}. */
  readonly slots?: 1 | 2 | undefined;
  /** Where they arrive, if not over the link of the class. */
  readonly link?: string | undefined;
}

/** Sealed messages of one device. */
export interface FleetMessages {
  readonly perDay: number;
  readonly bytes: number;
  readonly kem: KemName;
  readonly direction: 'open' | 'seal';
}

/** Devices of one kind in one place: the unit that a plan moves. */
export interface FleetClass {
  readonly id: string;
  /** Its own id, that of the class it extends, that of the one which that extends ... */
  readonly lineage: readonly string[];
  readonly title: string;
  /** Id of a device profile. */
  readonly device: string;
  /** Id of a link profile. */
  readonly link: string | undefined;
  /** How many devices. */
  readonly count: number;
  /** As of {@link PredictRequest}. */
  readonly implementation: string | undefined;
  /** Price of 1,000,000 bytes here, instead of the fleet's. */
  readonly perMegabyte: number | undefined;
  readonly sessions: FleetSessions | undefined;
  readonly updates: FleetUpdates | undefined;
  readonly messages: FleetMessages | undefined;
}

/** What a class runs when it has been moved; what is left out stays as it is. */
export interface FleetTarget {
  readonly group?: string | undefined;
  readonly signature?: SignatureName | undefined;
  readonly clientSignature?: SignatureName | undefined;
  readonly chain?: number | undefined;
  /** Share of resumed sessions. */
  readonly resumed?: number | undefined;
  /** Signatures on firmware. */
  readonly firmware?: readonly string[] | undefined;
  readonly kem?: KemName | undefined;
  readonly implementation?: string | undefined;
}

/** When a class moves. */
export type FleetSchedule =
  /**
   * It has been moved when the policy no longer permits what is replaced: evenly over the `years` before that day, or
   * all at once on that day with 0.
   */
  | {
      readonly kind: 'policy';
      readonly policy: string;
      /** Which verdict ends it: the refusal, or the warning before it. */
      readonly on: 'refuse' | 'warn';
      readonly years: number;
    }
  /** The share that is moved in a year and until the next one named; none before the first. */
  | {
      readonly kind: 'shares';
      readonly shares: readonly { readonly year: number; readonly share: number }[];
    };

/** One way to move the fleet. */
export interface FleetPlan {
  readonly name: string;
  readonly to: FleetTarget;
  readonly schedule: FleetSchedule;
  /** What differs for single classes and for those that extend them, by id; the nearest wins. */
  readonly classes: ReadonlyMap<
    string,
    { readonly to: FleetTarget; readonly schedule: FleetSchedule | undefined }
  >;
}

/** A fleet as its file describes it; every class has what it extends in it. */
export interface Fleet {
  readonly title: string;
  /** First and last year looked at. */
  readonly years: { readonly from: number; readonly to: number };
  readonly prices: FleetPrices | undefined;
  readonly classes: readonly FleetClass[];
  readonly plans: readonly FleetPlan[];
}

/** What is spent in a year, or in several. */
export interface FleetAmounts {
  readonly up: Figure<'bytes'>;
  readonly down: Figure<'bytes'>;
  /** Devices' time in sessions, updates and messages. */
  readonly time: Figure<'ms'>;
  readonly energy: Figure<'mJ'>;
  readonly airtime: Figure<'ms'>;
  /** Bytes and energy at the prices given, in their currency. */
  readonly money: Figure<'money'>;
}

/** What is spent: the columns of every table of a fleet. */
export type FleetAxis = keyof FleetAmounts;

/** One class with one choice of algorithms: before its move, or after. */
export interface FleetCase {
  /** What one device does, how often in a year (of 365.25 days), and what one time costs. */
  readonly activities: readonly {
    readonly label: 'message' | 'resumed session' | 'session' | 'update';
    readonly perYear: number;
    /** Of the prediction what the columns are made of: a large fleet has thousands, and `predict` tells the rest. */
    readonly prediction: Pick<
      Prediction,
      'airtime' | 'down' | 'energy' | 'scenario' | 'time' | 'title' | 'up'
    >;
  }[];
  /** One device in one year. */
  readonly perDevice: FleetAmounts;
  readonly fits: 'no' | 'unknown' | 'yes';
  /** What keeps it from fitting, or of what nobody knows whether it fits. */
  readonly problems: readonly FleetProblem[];
}

/** Something that a device cannot do, or of which nobody knows whether it can. */
export interface FleetProblem {
  /** What it does then: the title of a prediction, or all of them together. */
  readonly activity: string;
  /** What is exceeded: memory, the airtime that the duty cycle leaves, or the hours of the day. */
  readonly what: 'airtime' | 'flash' | 'ram' | 'time';
  readonly fits: 'no' | 'unknown';
  readonly because: string;
}

/** A class under a plan. A year of the class is `count * (share * after + (1 - share) * before)`. */
export interface FleetClassOutcome {
  readonly class: FleetClass;
  readonly before: FleetCase;
  readonly after: FleetCase;
  /** The share that has been moved, averaged over each year; in the order of `years` of the outcome. */
  readonly shares: readonly number[];
  /** Why then, in a sentence. */
  readonly because: string;
}

/** The whole fleet in one year under a plan. */
export interface FleetYear {
  readonly year: number;
  /** Devices moved, averaged over the year. */
  readonly moved: number;
  /** Of all devices, those whose algorithms of that year do not fit, and those of which it is not known. */
  readonly notFitting: number;
  readonly unknownFit: number;
  readonly amounts: FleetAmounts;
}

/** A problem that a class has after its move. */
export interface FleetFailure extends FleetProblem {
  readonly class: string;
  readonly devices: number;
  /** The first year in which a device of the class is moved; `undefined` when none is in the years looked at. */
  readonly from: number | undefined;
  /** It has the same problem before its move. */
  readonly before: boolean;
}

/** What a policy does not allow a class after its move: a plan may move to what is refused later, or already. */
export interface FleetRefusal {
  readonly class: string;
  readonly algorithm: string;
  readonly verdict: Verdict;
  /** The first day; `undefined` when it always held. */
  readonly since: IsoDate | undefined;
  readonly because: string;
}

/** What one plan comes to. */
export interface FleetPlanOutcome {
  readonly name: string;
  /** As the classes of the fleet are ordered. */
  readonly classes: readonly FleetClassOutcome[];
  readonly byYear: readonly FleetYear[];
  /** Over all years. */
  readonly total: FleetAmounts;
  readonly failures: readonly FleetFailure[];
  readonly refusals: readonly FleetRefusal[];
}

/**
 * What a fleet comes to under its plans. Sums are over the same classes in all years and plans, so that they can be
 * compared: a class without a figure before or after any move is in none of the sums of that axis, and is named.
 */
export interface FleetOutcome {
  readonly title: string;
  readonly years: readonly number[];
  readonly devices: number;
  readonly prices: FleetPrices | undefined;
  /** One year of the fleet as it is now. */
  readonly before: FleetAmounts;
  readonly plans: readonly FleetPlanOutcome[];
  /** For each axis the classes that are not in its sums. */
  readonly without: Readonly<Record<FleetAxis, readonly string[]>>;
  /** What was assumed, one sentence each. */
  readonly assumptions: readonly string[];
}

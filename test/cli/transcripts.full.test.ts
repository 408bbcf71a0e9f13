import { join } from 'node:path';
import { followTranscripts } from './transcripts.ts';

followTranscripts(join(import.meta.dirname, 'transcripts/full'));

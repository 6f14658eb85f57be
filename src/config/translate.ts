// Configuration of `contour translate`.
import { translateFlags } from './flags.ts';
import { type OutcomeConfig, outcomeOf } from './outcome.ts';
import { type Given, type Resolved, resolved, resolveFlags } from './resolve.ts';

export interface TranslateConfig {
  readonly outcome: OutcomeConfig;
  readonly output: 'json' | 'yaml';
  /** An invalid object makes the command fail. */
  readonly strict: boolean;
  readonly showSecrets: boolean;
}

/** All mistakes at once, each with its remedy. */
export function resolveTranslate(given: Given): Resolved<TranslateConfig> {
  const { values, mistakes } = resolveFlags(translateFlags, given);
  const config: TranslateConfig = {
    outcome: outcomeOf(values, mistakes),
    output: values.output,
    strict: values.strict,
    showSecrets: values['show-secrets'],
  };
  return resolved(config, mistakes);
}

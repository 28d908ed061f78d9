/** Questions to a person, behind an interface: inquirer on a terminal, a refusal that names the flag elsewhere. */

/** Every question names the flag that answers it, for when nobody can be asked. */
interface Question {
  readonly message: string;
  /** The flag or argument that answers it, such as `--yes`. */
  readonly flag: string;
}

export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  /** Shown beside the name. */
  readonly description?: string;
}

/**
 * Asks on stderr. Every method rejects with DashctlError `cancelled` on Ctrl-C or at the end of input, and with
 * `missing-input` (`confirmation-required` for confirm and typed) when nobody can be asked.
 */
export interface Prompter {
  /** Whether there is somebody to ask. */
  readonly available: boolean;
  /** Yes or no; Enter alone means `default`, which is no unless said otherwise. */
  confirm(question: Question & { readonly default?: boolean }): Promise<boolean>;
  /** Asks to type `expect` exactly; resolves to whether that was done. */
  typed(question: Question & { readonly expect: string }): Promise<boolean>;
  /** A line of text, trimmed; `validate` returns what is wrong, or null. */
  text(
    question: Question & { readonly default?: string; readonly validate?: (value: string) => string | null },
  ): Promise<string>;
  /** A secret: masked, never echoed. */
  secret(question: Question): Promise<string>;
  /** One of several; searchable when there are more than seven. */
  select<T>(question: Question & { readonly choices: readonly Choice<T>[] }): Promise<T>;
}

// What keeps a part from starting and the user can remedy.

/** The message is one line for the user and names the remedy; a stack would add nothing. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

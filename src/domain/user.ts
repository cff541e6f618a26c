/** A person who works in an organization at Make. */
export interface User {
  /** Make's number. */
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
}

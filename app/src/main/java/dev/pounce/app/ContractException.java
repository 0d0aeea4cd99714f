package dev.pounce.app;

/** An application has broken a rule of the contract; the message names the rule. */
public final class ContractException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /** An exception with the rule that was broken and what was seen. */
  public ContractException(String rule) {
    super(rule);
  }
}

namespace FlashSale.Gateway.Gate;

/// <summary>What the gate thinks of a request.</summary>
public enum GateVerdict
{
    Admitted,

    /// <summary>No admission, or none that is valid: to the line.</summary>
    Required,
    WrongSale,

    /// <summary>The keys are not known yet: nobody is let through unseen.</summary>
    Unknown,
}

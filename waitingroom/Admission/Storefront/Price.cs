using System.Text.Json.Serialization;

namespace FlashSale.Admission;

/// <summary>Money in minor units (cents) of a lower-case ISO 4217 currency.</summary>
public sealed record Price([property: JsonRequired] long Amount, string Currency);

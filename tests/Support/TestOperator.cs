using FlashSale.Checkout.Access;

namespace FlashSale.Tests.Support;

/// <summary>Who changes something in tests without HTTP.</summary>
public static class TestOperator
{
    public static Operator Of(string name, OperatorRole role = OperatorRole.Admin) => new(name, role, null, "here");
}

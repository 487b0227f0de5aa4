using FlashSale.Local.Servers;

using Xunit;

namespace FlashSale.Tests.Command;

/// <summary>Which servers <c>--with</c> can name.</summary>
public sealed class ServerProgramsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("mysql")]
    [InlineData("mysql-9.7,valkey-9.1")]
    [InlineData(" mariadb , redis ")]
    public void Ledgers_and_lines_are_named_with_or_without_a_version(string names) => Assert.Null(ServerPrograms.Complaint(names));

    [Theory]
    [InlineData("postgres")]
    [InlineData("mysql,rediss")]
    [InlineData("mysqld")]
    public void Another_name_is_refused(string names) =>
        Assert.Contains(names.Split(',').Last(), ServerPrograms.Complaint(names)!, StringComparison.Ordinal);

    [Fact]
    public void What_tests_run_on_is_there() => Assert.All([ServerPrograms.Ledger().Server, ServerPrograms.Line()], path => Assert.True(File.Exists(path)));
}

namespace FlashSale.Admission;

/// <summary>Refused, with the status and the problem's stable code, e.g. 410 <c>admissionSpent</c>.</summary>
public sealed record LedgerRefused(int Status, string Code) : LedgerAnswer
{
    /// <summary>The admission is over: forget it (<c>ForgetAdmission()</c>), and the line gives a new place.</summary>
    public bool IsAdmissionOver => Status == 410;
}

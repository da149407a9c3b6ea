using System.Globalization;
using System.Text.RegularExpressions;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Clusters;

/// <summary>What can be told of a wish for a cluster before anything is known of its hosts.</summary>
public static partial class ClusterRequestRules
{
    /// <summary>How many further names and addresses the API server's certificate may have.</summary>
    public const int MaximumSans = 50;

    // Nobody has an address of these: this network, loopback, multicast and what is above it.
    private static readonly IReadOnlyList<Subnet> Reserved = [Subnet.Parse("0.0.0.0/8"), Subnet.Parse("127.0.0.0/8"), Subnet.Parse("224.0.0.0/3")];

    /// <summary>Every wrong field of the wish itself.</summary>
    public static IReadOnlyList<FieldError> Check(ClusterRequest request)
    {
        var errors = new List<FieldError>();
        if (request.ClusterId == Guid.Empty)
        {
            errors.Add(new("clusterId", "Send the clusterId of the plan that was shown."));
        }

        if (!LabelPattern().IsMatch(request.Name))
        {
            errors.Add(new("name", "The name must be 1 to 40 lower-case letters, digits or hyphens, and begin and end with a letter or digit."));
        }

        if (request.LoadBalancer is { } kind && !Enum.IsDefined(kind))
        {
            errors.Add(new("loadBalancer", $"Choose a load balancer: {string.Join(" or ", Enum.GetNames<LoadBalancerKind>())}."));
        }

        if (request.CertificateYears is < 1 or > Pki.Validity.MostYears)
        {
            errors.Add(new("certificateYears", string.Create(CultureInfo.InvariantCulture, $"Certificates can be valid for 1 to {Pki.Validity.MostYears} years.")));
        }

        errors.AddRange(CheckNetwork(request));
        return errors;
    }

    /// <summary>Every wrong field of its network.</summary>
    public static IReadOnlyList<FieldError> CheckNetwork(ClusterRequest request)
    {
        var errors = new List<FieldError>();
        var pods = CheckSubnet("podSubnet", "pods", request.PodSubnet, errors);
        var services = CheckSubnet("serviceSubnet", "Services", request.ServiceSubnet, errors);
        if (pods is { } p && services is { } s && p.Overlaps(s))
        {
            errors.Add(new("serviceSubnet", $"The subnets of pods ({p}) and Services ({s}) overlap. Choose disjoint ones."));
        }

        // A /12 is what kubeadm itself accepts as the largest Service subnet for IPv4 (validation.go: at most 20 bits of hosts).
        if (services is { Prefix: < 12 })
        {
            errors.Add(new("serviceSubnet", "The Service subnet must be /12 or smaller, kubeadm's limit."));
        }

        CheckVirtualIp(request.VirtualIp, pods, services, errors);
        CheckNames(request, errors);
        return errors;
    }

    private static Subnet? CheckSubnet(string field, string whose, string text, List<FieldError> errors)
    {
        const int Smallest = 24;
        if (!Subnet.TryParse(text, out var subnet))
        {
            errors.Add(new(field, $"The subnet of {whose} must be an IPv4 CIDR, for example 10.96.0.0/12."));
            return null;
        }

        if (subnet.Prefix > Smallest)
        {
            errors.Add(new(field, $"The subnet of {whose} is too small: /{Smallest} or larger."));
        }

        if (Reserved.Any(r => r.Overlaps(subnet)))
        {
            errors.Add(new(field, $"The subnet of {whose} must not hold loopback, multicast or reserved addresses."));
        }

        return subnet;
    }

    private static void CheckVirtualIp(string address, Subnet? pods, Subnet? services, List<FieldError> errors)
    {
        if (!Subnet.IsIPv4(address) || Reserved.Any(r => r.Contains(address)))
        {
            errors.Add(new("virtualIp", "The VIP must be an IPv4 address that a host could have, for example 10.103.97.2."));
        }
        else if (pods?.Contains(address) == true)
        {
            errors.Add(new("virtualIp", $"The VIP lies in the pods' subnet {pods}. Choose an address outside of it."));
        }
        else if (services?.Contains(address) == true)
        {
            errors.Add(new("virtualIp", $"The VIP lies in the Services' subnet {services}, where a Service could be given the same address. Choose an address outside of it."));
        }
    }

    private static void CheckNames(ClusterRequest request, List<FieldError> errors)
    {
        if (request.DnsDomain.Length > 100 || !DomainPattern().IsMatch(request.DnsDomain))
        {
            errors.Add(new("dnsDomain", "The DNS domain must be a lower-case DNS name, for example cluster.local."));
        }

        if (!IsDnsName(request.ApiServerName) || !request.ApiServerName.Contains('.'))
        {
            errors.Add(new("apiServerName", "The API server's name must be a lower-case DNS name with a dot in it, for example apiserver.cluster.local."));
        }

        errors.AddRange(CheckSans(request.ExtraSans));
    }

    /// <summary>What is wrong with further names of the API server.</summary>
    public static IEnumerable<FieldError> CheckSans(IReadOnlyList<string> sans) => sans.Count > MaximumSans
        ? [new("extraSans", string.Create(CultureInfo.InvariantCulture, $"At most {MaximumSans} further names and addresses can be in the certificate."))]
        : sans.Where(s => !IsSan(s)).Select(s => new FieldError("extraSans", $"\"{InputText.Shown(s)}\" is neither an IP address nor a lower-case DNS name."));

    // As kubeadm takes them (ValidateCertSANs): no capitals, a wildcard only as the first label.
    private static bool IsSan(string? san) => san is not null
        && (IsDnsName(san.StartsWith("*.", StringComparison.Ordinal) ? san[2..] : san) || (System.Net.IPAddress.TryParse(san, out _) && HostRules.IsAddress(san)));

    // The last label has a letter in it: else it would be taken for an address.
    private static bool IsDnsName(string name) => name.Length <= 253 && DomainPattern().IsMatch(name) && !name[(name.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit);

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex DomainPattern();
}

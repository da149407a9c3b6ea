using ClusterPanel.Infrastructure.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class IdentityRoleConfiguration : IEntityTypeConfiguration<IdentityRole>
{
    // Ids and stamps are fixed: a random one would be a model change at every build.
    public void Configure(EntityTypeBuilder<IdentityRole> builder) => builder.HasData(Roles.All.Select(name => new IdentityRole(name)
    {
        Id = name,
        NormalizedName = name.ToUpperInvariant(),
        ConcurrencyStamp = name,
    }));
}
